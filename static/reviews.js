document.querySelector("#decide [data-key]")?.focus();

// One key a decision. Keys typed into a field are text.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest?.("input, select, textarea, dialog")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const key = event.key.toLowerCase();
  const pressed = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const focused = document.querySelector(`[data-focus="${CSS.escape(key)}"]`);
  if (!pressed && !focused) return;
  event.preventDefault();
  if (pressed) pressed.click();
  else focused.focus();
});
