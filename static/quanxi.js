// A request that a part of the page made and that failed must be seen, or people wait for nothing.
document.addEventListener("htmx:responseError", (event) => showTrouble(event.detail.xhr.status));
document.addEventListener("htmx:sendError", () => showTrouble(0));
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) document.getElementById("q-trouble")?.setAttribute("hidden", "");
});

function showTrouble(status) {
  const box = document.getElementById("q-trouble");
  if (!box) return;
  box.querySelectorAll("[data-status]").forEach((line) => {
    line.hidden = line.dataset.status !== (status ? "answered" : "silent");
  });
  box.hidden = false;
}

// Drop a file anywhere on the box that asks for one.
document.addEventListener("dragover", (event) => {
  const box = event.target.closest?.(".q-drop");
  if (!box) return;
  event.preventDefault();
  box.classList.add("is-over");
});
document.addEventListener("dragleave", (event) => {
  event.target.closest?.(".q-drop")?.classList.remove("is-over");
});
document.addEventListener("drop", (event) => {
  const box = event.target.closest?.(".q-drop");
  if (!box) return;
  event.preventDefault();
  box.classList.remove("is-over");
  const input = box.querySelector("input[type=file]");
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
