// Keys: / to the filter, j and k through lists, n and p to neighbours, u up, ? for help.
const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select";

function items() {
  const focused = document.activeElement?.closest("[data-list]");
  const lists = [...document.querySelectorAll("[data-list]")];
  // A list of rows comes before a grid, unless one is in the grid.
  const list = focused ?? lists.find((each) => each.dataset.list === "") ?? lists[0];
  if (!list) return [];
  return [...list.querySelectorAll("[data-item]")].map((each) =>
    each.matches("a") ? each : each.querySelector("th a, a"));
}

function move(step) {
  const links = items().filter(Boolean);
  if (!links.length) return;
  const row = document.activeElement?.closest("[data-item]");
  const here = links.findIndex((each) => each === document.activeElement || (row && row.contains(each)));
  const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step;
  links[Math.min(Math.max(next, 0), links.length - 1)].focus();
}

function follow(rel) {
  document.querySelector(`a[rel=${rel}]`)?.click();
}

export function keys() {
  const dialog = document.querySelector("[data-keys-dialog]");
  const button = document.querySelector("[data-keys]");
  button.hidden = false;
  button.addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
    if (event.target.matches(TYPING)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const inList = event.target.closest?.("[data-item]") && event.target.matches("a");
    const steps = { j: 1, k: -1 };
    if (inList) Object.assign(steps, { ArrowDown: 1, ArrowUp: -1 });
    if (inList && event.target.closest("[data-list=grid]")) Object.assign(steps, { ArrowRight: 1, ArrowLeft: -1 });
    if (event.key in steps) move(steps[event.key]);
    else if (event.key === "/") document.querySelector("[data-filter]")?.focus();
    else if (event.key === "?") dialog.showModal();
    else if (event.key === "n") follow("next");
    else if (event.key === "p") follow("prev");
    else if (event.key === "u") follow("up");
    else return;
    event.preventDefault();
  });
}
