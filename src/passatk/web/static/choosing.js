// Choosing in a filter is enough; text waits for Enter. It listens before the page is drawn, so
// that what is chosen while the page still loads is not lost.
document.addEventListener("change", (event) => {
  const { form } = event.target;
  if (event.target.matches("form.filters select")) form.requestSubmit(form.querySelector("button"));
});

// Empty fields stay out of the address.
document.addEventListener("formdata", ({ target, formData }) => {
  if (!target.matches("form.filters")) return;
  for (const [name, value] of [...formData.entries()]) {
    if (value === "" && name !== "problem") formData.delete(name);
  }
});
