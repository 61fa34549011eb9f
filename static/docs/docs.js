// The reference page's "Try it": sends the form's body to its operation and shows the reply as it came.

const SHOWN = 20_000;

/** @param {string} text */
function readable(text) {
  try {
    text = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // not JSON: shown as it is
  }
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}\n… ${text.length - SHOWN} more characters` : text;
}

/** @param {HTMLFormElement} form */
async function tryIt(form) {
  const { method = "GET", path = "/" } = form.dataset;
  const body = form.querySelector("textarea")?.value;
  const status = /** @type {HTMLOutputElement} */ (form.querySelector("output"));
  const shown = /** @type {HTMLPreElement} */ (form.querySelector("pre"));
  status.textContent = "…";
  try {
    const reply = await fetch(path, { method, body, headers: body ? { "Content-Type": "application/json" } : {} });
    const timing = reply.headers.get("Server-Timing");
    status.textContent = `${reply.status} ${reply.statusText}${timing ? ` · ${timing}` : ""}`;
    shown.textContent = readable(await reply.text());
    shown.hidden = false;
  } catch (error) {
    status.textContent = `no reply: ${error instanceof Error ? error.message : error}`;
    shown.hidden = true;
  }
}

for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void tryIt(form);
  });
}
