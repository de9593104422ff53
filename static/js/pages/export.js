// Shows how far a document is, and shows its page anew when it is over.
const bar = document.getElementById("export-progress");
const label = document.getElementById("export-label");
const PAUSE = 500;

async function look() {
  try {
    const answer = await fetch(bar.dataset.state, { headers: { accept: "application/json" } });
    if (answer.ok) {
      const job = await answer.json();
      bar.value = job.done;
      label.textContent = job.label;
      if (job.state === "done" || job.state === "failed") {
        location.reload();
        return;
      }
    }
  } catch {
    // Out of reach for a moment: ask again.
  }
  setTimeout(look, PAUSE);
}

look();
