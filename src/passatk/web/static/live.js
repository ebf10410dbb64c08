// A page that shows what changes: when the server says so, or while something is still being made,
// its live parts are fetched anew.
const REST = 800;
const LOOK = 1000;

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
    } catch { /* the server is away: the stream or the next look tells when it is back */ }
    await new Promise((done) => setTimeout(done, REST));
  } while (again);
  fetching = false;
}

export function live() {
  setInterval(() => {
    if (!document.hidden && !fetching && document.querySelector("[data-waiting]")) refresh();
  }, LOOK);
  const source = document.body.dataset.events;
  if (!source) return;
  let known = null;
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

function replace(fresh) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const other = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    if (other && html(other) !== html(part)) exchange(part, document.importNode(other, true));
  }
  const judged = document.querySelector("progress");
  // In tens, so that a screen reader is not told every second.
  const words = judged ? `${10 * Math.floor((10 * judged.value) / judged.max)} % judged` : "";
  const told = document.querySelector("[data-announce]");
  if (told.textContent !== words) told.textContent = words;
}

// What one has unfolded or chosen is no difference.
function html(part) {
  const copy = part.cloneNode(true);
  copy.querySelectorAll("details").forEach((each) => { each.open = false; });
  return copy.innerHTML;
}

const loading = new WeakSet();
const missed = new WeakSet();

// The old picture stays until the new one is loaded.
async function exchange(part, other) {
  if (loading.has(part)) { missed.add(part); return; }
  const pictures = [...part.querySelectorAll("img")]
    .filter((each) => each.complete && each.naturalWidth && each.checkVisibility())
    .map((each) => [...other.querySelectorAll("img")].find((img) => img.dataset.picture === each.dataset.picture
      && img.parentElement.className === each.parentElement.className))
    .filter(Boolean);
  if (pictures.length) {
    loading.add(part);
    for (const each of pictures) each.loading = "eager";
    await Promise.allSettled(pictures.map((each) => each.decode()));
    for (const each of pictures) each.loading = "lazy";
    loading.delete(part);
  }
  put(part, other);
  if (missed.delete(part)) refresh();
}

function put(part, other) {
  // What one has chosen or typed in stays; what has the focus keeps it.
  if (part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) return;
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const place = focused?.matches("summary") ? [...part.querySelectorAll("summary")].indexOf(focused) : -1;
  const href = focused?.getAttribute("href");
  const chosen = new Set([...part.querySelectorAll("input:checked")].map((each) => each.name + "=" + each.value));
  const opened = [...part.querySelectorAll("details")].map((each) => each.open);
  part.replaceChildren(...other.childNodes);
  if (chosen.size) {
    for (const each of part.querySelectorAll("input[type=checkbox], input[type=radio]")) {
      each.checked = chosen.has(each.name + "=" + each.value);
    }
  }
  part.querySelectorAll("details").forEach((each, number) => { each.open = opened[number] ?? each.open; });
  if (place >= 0) part.querySelectorAll("summary")[place]?.focus();
  else if (href) [...part.querySelectorAll("a")].find((each) => each.getAttribute("href") === href)?.focus();
}
