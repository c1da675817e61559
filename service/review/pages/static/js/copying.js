// The result on the clipboard: formatted and plain at once, or as the text of one format.
import { $, say } from "./page.js";

const withReported = (address) => ($("[data-reported]")?.checked ? `${address}?reported=true` : address);

async function write(link) {
  if (link.id !== "copy") {
    await navigator.clipboard.writeText(await (await fetch(withReported(link.href))).text());
    return `Copied: ${link.textContent.toLowerCase()}.`;
  }
  const { html, plain } = await (await fetch(withReported(link.href))).json();
  const of = (text, type) => new Blob([text], { type });
  const item = { "text/html": of(html, "text/html"), "text/plain": of(plain, "text/plain") };
  await navigator.clipboard.write([new ClipboardItem(item)]);
  return "Copied.";
}

export function listenToCopies() {
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("[data-copy], #copy");
    if (!link) return;
    event.preventDefault();
    try {
      say(await write(link));
    } catch {
      // No clipboard without TLS or permission: the text, to be copied by hand.
      location.assign(link.id === "copy" ? link.href.replace("rich", "plain") : withReported(link.href));
    }
  });
}
