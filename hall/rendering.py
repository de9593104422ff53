"""How forms are drawn: from the hall's own templates."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Fields with label, help and complaint joined for screen readers."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
