// What the plain pages gain from a script. Without it every form works as it stands.
import { keepRows } from "./pages/rows.js";
import { filterLists } from "./pages/filter.js";
import { citeOpinions } from "./pages/cite.js";
import { copyTexts } from "./pages/copy.js";
import { submitOnce } from "./pages/once.js";
import { keepOfflinePage } from "./pages/offline.js";

keepRows(document);
filterLists(document);
citeOpinions(document);
copyTexts(document);
submitOnce(document);
void keepOfflinePage();

async function fetchWhatIsNeeded() {
  if (document.documentElement.dataset.view === "senior") {
    const { offerReading } = await import("./pages/aloud.js");
    void offerReading(document);
  }

  const receipts = document.querySelector("[data-receipts]");
  if (receipts) (await import("./pages/receipts.js")).listReceipts(receipts);

  const unsent = document.querySelector("[data-unsent]");
  if (unsent) {
    const { tellUnsent, offerClearing } = await import("./pages/unsent.js");
    tellUnsent(unsent);
    for (const section of document.querySelectorAll("[data-kept]")) offerClearing(section);
  }

  const forms = [...document.querySelectorAll("main form textarea")].map(({ form }) => form);
  if (forms.length || keepsSomething()) {
    (await import("./pages/written.js")).keepWritten(forms, unsent?.dataset);
  }

  // After what was written is in its place again.
  const rich = document.querySelectorAll("textarea[data-rich]");
  if (rich.length) {
    const { makeEditor } = await import("./pages/rich-text.js");
    const words = document.getElementById("rich-words").dataset;
    for (const textarea of rich) makeEditor(textarea, words);
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  if (document.querySelector('[aria-invalid="true"], .note--error[role="alert"]')) {
    (await import("./pages/wrong.js")).goToFirstWrong(document);
  }
}

function keepsSomething() {
  try {
    return sessionStorage.length > 0;
  } catch {
    return false;
  }
}

void fetchWhatIsNeeded();
