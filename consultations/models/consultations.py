"""协商会(场次): one session on a topic, its seats, agenda and stages."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.models.topics import Topic
from consultations.models.workplan import WorkItem
from members.access import Visitor
from members.models import Person
from members.roles import HALL_TABLE, Permission, Role, SeatRole

if TYPE_CHECKING:
    from consultations.models.archives import Archive
    from consultations.models.events import RoomHead


class Kind(models.TextChoices):
    THEMATIC = "thematic", _("专题协商")
    COUNTERPART = "counterpart", _("对口协商")
    SECTOR = "sector", _("界别协商")
    PROPOSAL_HANDLING = "proposal_handling", _("提案办理协商")
    COMMUNITY = "community", _("有事好商量")
    LECTURE = "lecture", _("委员讲堂")
    APPRAISAL = "appraisal", _("民主评议")


class Stage(models.TextChoices):
    DRAFT = "draft", _("筹备")
    ANNOUNCED = "announced", _("已公告")
    COLLECTING = "collecting", _("征集意见")
    LIVE = "live", _("协商进行中")
    SUMMARISING = "summarising", _("梳理共识")
    REVIEW = "review", _("公示确认")
    SEALED = "sealed", _("已归档")
    CANCELLED = "cancelled", _("已取消")


class AgendaKind(models.TextChoices):
    BRIEFING = "briefing", _("情况通报")
    QUESTIONS = "questions", _("提问解答")
    DISCUSSION = "discussion", _("发言讨论")
    STANCES = "stances", _("表态")


class Admission(models.TextChoices):
    """Who may sit down in the room without being seated by staff beforehand."""

    OPEN = "open", _("所有登录者均可参加")
    INVITED = "invited", _("仅限受邀人员，其他人旁听")


class Consultation(models.Model):
    """One session. `stage` changes through `domain.stages` alone.

    `starts_at` / `ends_at` are what was announced; `opened_at` / `closed_at` are what happened.
    `objection_days` is null where the hall's own number of working days holds; `objections_until`,
    set on entering review, is the last day of the objection window.
    """

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="consultations")
    title = models.CharField(_("名称"), max_length=80)
    question = models.CharField(_("请大家谈什么"), max_length=200)
    kind = models.CharField(_("形式"), max_length=20, choices=Kind.choices)
    stage = models.CharField(
        _("阶段"), max_length=12, choices=Stage.choices, default=Stage.DRAFT, db_index=True
    )
    admission = models.CharField(
        _("参加方式"), max_length=8, choices=Admission.choices, default=Admission.OPEN
    )
    venue = models.CharField(_("现场地点"), max_length=120, blank=True)
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    opened_at = models.DateTimeField(_("实际开始"), null=True, blank=True)
    closed_at = models.DateTimeField(_("实际结束"), null=True, blank=True)
    cancel_reason = models.CharField(_("取消理由"), max_length=200, blank=True)
    objection_days = models.PositiveSmallIntegerField(_("异议期（工作日）"), null=True, blank=True)
    objections_until = models.DateField(_("异议期截止"), null=True, blank=True)
    work_items = models.ManyToManyField(
        WorkItem, related_name="consultations", blank=True, verbose_name=_("对应工作条目")
    )
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="prepared", verbose_name=_("筹备人")
    )
    created_at = models.DateTimeField(_("建立时间"), auto_now_add=True)

    archive: "Archive"
    head: "RoomHead"

    class Meta:
        verbose_name = _("协商会")
        ordering = ("-starts_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="ends_after_start"
            ),
            models.CheckConstraint(
                condition=~models.Q(stage="cancelled") | ~models.Q(cancel_reason=""),
                name="cancelled_with_reason",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        return self.stage in {Stage.SEALED, Stage.CANCELLED}

    @property
    def holds_residents(self) -> bool:
        """Whether what residents say waits for a moderator; see `PostingRules`."""
        rules = getattr(self, "posting_rules", None)
        return rules is not None and rules.holds_residents

    def seat_role_of(self, person: Person) -> SeatRole | None:
        """The person's seat here, or None. One query."""
        role = self.seats.filter(person=person).values_list("role", flat=True).first()
        return SeatRole(role) if role else None

    def is_known_to(self, visitor: Visitor) -> bool:
        """Everything but a draft is public knowledge; a draft is known to staff and the seated."""
        if self.stage != Stage.DRAFT:
            return True
        if not isinstance(visitor, Person) or not visitor.is_active:
            return False
        if Permission.CONSULTATION_SEE_DRAFT in HALL_TABLE[Role(visitor.role)]:
            return True
        return self.seat_role_of(visitor) in {SeatRole.MODERATOR, SeatRole.RECORDER}


class Seat(models.Model):
    """席位: a person's place in one consultation. It carries attendance.

    `identity` is the person's hall role when the seat was taken: counts by identity stay true
    when the person's role changes later. `first_seen_at` is set once, on the first entry while
    the consultation is live; without it the person was not present.
    """

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="seats")
    person = models.ForeignKey(Person, models.PROTECT, related_name="seats")
    role = models.CharField(_("席位"), max_length=12, choices=SeatRole.choices)
    identity = models.CharField(_("身份"), max_length=12, choices=Role.choices)
    taken_at = models.DateTimeField(_("入席时间"), auto_now_add=True)
    first_seen_at = models.DateTimeField(_("首次到场"), null=True, blank=True)
    last_seen_at = models.DateTimeField(_("最后在场"), null=True, blank=True)

    class Meta:
        verbose_name = _("席位")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("consultation", "person"), name="one_seat_a_person"),
        )

    def __str__(self) -> str:
        return f"{self.person} · {self.get_role_display()}"


class AgendaItem(models.Model):
    """One step of the agenda. Exactly one runs at a time: started and not ended."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="agenda")
    position = models.PositiveSmallIntegerField(_("顺序"))
    kind = models.CharField(_("环节"), max_length=12, choices=AgendaKind.choices)
    title = models.CharField(_("标题"), max_length=60)
    minutes = models.PositiveSmallIntegerField(_("预计分钟"), default=15)
    started_at = models.DateTimeField(_("开始"), null=True, blank=True)
    ended_at = models.DateTimeField(_("结束"), null=True, blank=True)

    class Meta:
        verbose_name = _("议程")
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(
                fields=("consultation", "position"), name="agenda_position_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.position}. {self.title}"


class StageChange(models.Model):
    """One audit row for each change of stage."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="stage_changes")
    from_stage = models.CharField(_("原阶段"), max_length=12, choices=Stage.choices)
    to_stage = models.CharField(_("新阶段"), max_length=12, choices=Stage.choices)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("操作人"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("阶段变更")
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.from_stage} → {self.to_stage}"
