import { live } from "./live.js";
import { keys } from "./keys.js";
import { switchTheme } from "./switch.js";
import { waiting } from "./waiting.js";

document.documentElement.dataset.scripts = "on";
switchTheme();
keys();
live();
waiting();

// Choosing in a filter is enough; text waits for Enter.
for (const form of document.querySelectorAll("form.filters")) {
  const button = form.querySelector("button");
  for (const select of form.querySelectorAll("select")) {
    select.addEventListener("change", () => form.requestSubmit(button));
  }
  // Empty fields stay out of the address.
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData.entries()]) {
      if (value === "" && name !== "problem") event.formData.delete(name);
    }
  });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = button.parentElement.querySelector("code").textContent;
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
}

for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("button");
    button.textContent = form.dataset.busy + " …";
    button.disabled = true;
  });
}
