"use strict";
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const button = document.getElementById("theme");
  const remembered = (value) => {
    // A file opened from disk may have no memory of its own.
    try {
      if (value === undefined) return localStorage.getItem("passatk-theme");
      localStorage.setItem("passatk-theme", value);
    } catch { /* then the system's choice holds */ }
    return null;
  };
  const current = () => root.dataset.theme || (dark.matches ? "dark" : "light");
  const label = () => { button.textContent = current() === "dark" ? "Light theme" : "Dark theme"; };
  const chosen = remembered();
  if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  button.addEventListener("click", () => {
    root.dataset.theme = current() === "dark" ? "light" : "dark";
    remembered(root.dataset.theme);
    label();
  });
  dark.addEventListener("change", label);
  button.hidden = false;
  label();

  const tip = document.getElementById("tip");
  const tooltip = (handler, event, item, value) => {
    if (value === null || value === undefined || value === "") { tip.hidden = true; return; }
    const rows = typeof value === "object" ? Object.entries(value) : [["", value]];
    tip.replaceChildren(...rows.map(([name, text]) => {
      const row = document.createElement("div");
      const key = document.createElement("span");
      key.textContent = name;
      row.append(key, document.createTextNode(String(text)));
      return row;
    }));
    tip.hidden = false;
    const left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
    const under = event.clientY + 16 + tip.offsetHeight < innerHeight;
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = `${under ? event.clientY + 16 : event.clientY - tip.offsetHeight - 12}px`;
  };
  addEventListener("keydown", (event) => { if (event.key === "Escape") tip.hidden = true; });

  const { config, charts } = JSON.parse(document.getElementById("charts").textContent);
  const options = {
    mode: "vega-lite", renderer: "svg", actions: false, defaultStyle: false, ast: true,
    tooltip, loader: { load: () => Promise.reject(new Error("nothing is loaded")) },
  };
  const draw = async () => {
    for (const box of document.querySelectorAll("[data-figure]")) {
      const spec = {
        ...charts[box.dataset.figure], width: "container",
        autosize: { type: "fit-x", contains: "padding" },
      };
      // Legends wrap by the room there is; their place is worked out once.
      const columns = Math.max(1, Math.floor((box.clientWidth - 80) / 140));
      const look = { ...config, legend: { ...config.legend, columns } };
      try {
        await vegaEmbed(box, spec, { ...options, config: look });
        // The element around it has the words; marks one by one would be noise.
        box.setAttribute("aria-hidden", "true");
        box.dataset.drawn = "";
      } catch (error) {
        console.error(error);
        box.textContent = "This figure could not be drawn here; its numbers are below.";
      }
      // Let the page answer between two figures.
      await new Promise((next) => setTimeout(next));
    }
    root.dataset.figures = "drawn";
  };
  draw();
})();
