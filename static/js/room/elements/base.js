import { LitElement } from "lit";

/** Whether this is the version in large type. */
export const senior = document.documentElement.dataset.view === "senior";

/** An element without a shadow: the page's style sheets and ids apply inside it. */
export class HallElement extends LitElement {
  createRenderRoot() {
    return this;
  }

  /** Tell whoever holds this element: a bubbling event. */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}
