// The switch between the system's theme, light and dark.
export function switchTheme() {
  const select = document.querySelector("[data-theme-switch]");
  select.closest("label").hidden = false;
  select.value = document.documentElement.dataset.theme ?? "";
  select.addEventListener("change", () => {
    if (select.value) document.documentElement.dataset.theme = select.value;
    else delete document.documentElement.dataset.theme;
    try {
      if (select.value) localStorage.setItem("theme", select.value);
      else localStorage.removeItem("theme");
    } catch { /* storage may be refused: the choice holds for this page */ }
  });
}
