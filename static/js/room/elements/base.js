import { LitElement } from "lit";

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
