/**
 * Holds what the reader looks at where it is while answers change what stands above it. Browsers do that themselves for some layouts,
 * Safari for none.
 */

/** Below the bar at the top of the page; between these the first element of the page that is not the page itself. */
const FROM_PX = 80;
const STEP_PX = 40;

/** Until the answer is called. */
export function keepPlace(): () => void {
  let anchor = anchorInView();
  const note = () => (anchor = anchorInView());
  const observer = new MutationObserver(() => {
    const moved = anchor?.element.isConnected ? topOf(anchor.element) - anchor.top : 0;
    // At the top of the page one sees what comes in.
    if (Math.abs(moved) >= 1 && window.scrollY > 0) window.scrollBy({ top: moved, behavior: "instant" });
    note();
  });
  observer.observe(document.body, { childList: true, characterData: true, subtree: true });
  window.addEventListener("scroll", note, { passive: true });
  return () => {
    observer.disconnect();
    window.removeEventListener("scroll", note);
  };
}

function anchorInView(): { readonly element: Element; readonly top: number } | undefined {
  const main = document.querySelector("main");
  if (!main) return undefined;
  const { left, width } = main.getBoundingClientRect();
  for (let y = FROM_PX; y < window.innerHeight; y += STEP_PX) {
    const element = document.elementFromPoint(left + width / 3, y);
    // A box that is higher than the window has its top where nobody looks.
    if (element && element !== main && main.contains(element) && topOf(element) >= 0) {
      return { element, top: topOf(element) };
    }
  }
  return undefined;
}

const topOf = (element: Element): number => element.getBoundingClientRect().top;
