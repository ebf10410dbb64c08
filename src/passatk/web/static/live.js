// A page that shows what changes: when the server says so, its live parts are fetched anew.
const REST = 800;

export function live() {
  const source = document.body.dataset.events;
  if (!source) return;
  let known = null;
  let fetching = false;
  let again = false;

  async function refresh() {
    if (fetching) { again = true; return; }
    fetching = true;
    do {
      again = false;
      try {
        const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
        if (answer.ok) replace(new DOMParser().parseFromString(await answer.text(), "text/html"));
      } catch { /* the server is away: the stream tells when it is back */ }
      await new Promise((done) => setTimeout(done, REST));
    } while (again);
    fetching = false;
  }

  const stream = new EventSource(source);
  stream.addEventListener("change", (event) => {
    if (known !== null && known !== event.data) refresh();
    known = event.data;
  });
  stream.addEventListener("gone", () => {
    stream.close();
    document.querySelector("[data-announce]").textContent = "This run is gone.";
  });
  addEventListener("pagehide", () => stream.close());
}

export function replace(fresh) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const other = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    if (!other || other.innerHTML === part.innerHTML) continue;
    // What one has chosen or typed in stays; what has the focus keeps it.
    if (part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) continue;
    const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    const chosen = new Set([...part.querySelectorAll("input:checked")].map((each) => each.name + "=" + each.value));
    const opened = [...part.querySelectorAll("details")].map((each) => each.open);
    part.replaceChildren(...other.childNodes);
    if (chosen.size) {
      for (const each of part.querySelectorAll("input[type=checkbox], input[type=radio]")) {
        each.checked = chosen.has(each.name + "=" + each.value);
      }
    }
    part.querySelectorAll("details").forEach((each, place) => { each.open = opened[place] ?? each.open; });
    if (focused) [...part.querySelectorAll("a")].find((each) => each.getAttribute("href") === focused)?.focus();
  }
  const judged = document.querySelector("progress");
  // In tens, so that a screen reader is not told every second.
  const words = judged ? `${10 * Math.floor((10 * judged.value) / judged.max)} % judged` : "";
  const told = document.querySelector("[data-announce]");
  if (told.textContent !== words) told.textContent = words;
}
