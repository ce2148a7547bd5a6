// Popovers: lists above the page, next to the element that opened them.

let open = null;

/** Show `list` (a popover) next to `beside`, where there is room. */
export function openPopover(list, beside, { wide = false } = {}) {
  open = { list, beside, wide };
  if (!list.matches(":popover-open")) list.showPopover();
  place();
}

export function closePopover(list) {
  if (open?.list === list) open = null;
  if (list.matches(":popover-open")) list.hidePopover();
}

const EDGE = 8; // pixels that are kept free at the window's edges

function place() {
  if (!open?.list.isConnected) return;
  const { list, beside, wide } = open;
  const at = beside.getBoundingClientRect();
  const [above, below] = [at.top - EDGE, innerHeight - at.bottom - EDGE];
  const up = list.scrollHeight > below && above > below;
  list.style.minWidth = wide ? `${at.width}px` : "";
  list.style.maxHeight = `${Math.min(320, up ? above : below)}px`;
  const left = wide ? at.left : at.right - list.offsetWidth;
  list.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - EDGE - list.offsetWidth))}px`;
  list.style.top = `${up ? at.top - list.offsetHeight - 2 : at.bottom + 2}px`;
}

addEventListener("scroll", place, { capture: true, passive: true });
addEventListener("resize", place);
