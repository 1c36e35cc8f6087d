/** A surface that opens from a control: below it, same left edge; closes with Escape, a click elsewhere, or when left. */
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { Icon } from "./icon.tsx";

export interface PopupProps {
  /** Class of the control; `field` in the filter bar. */
  readonly className: string;
  /** What stands in the control. */
  readonly control: ReactNode;
  /** The accessible name of the control, where its words do not say it. */
  readonly label?: string;
  readonly title?: string | undefined;
  readonly set?: boolean;
  readonly haspopup: "listbox" | "dialog" | "menu";
  readonly children: (close: () => void) => ReactNode;
}

export function Popup({ className, control, label, title, set, haspopup, children }: PopupProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const surface = useRef<HTMLDivElement>(null);
  const id = useId();
  const close = () => {
    setOpen(false);
    document.getElementById(`${id}-control`)?.focus();
  };

  useEffect(() => {
    if (!open) return undefined;
    const outside = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("focusin", outside);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("focusin", outside);
    };
  }, [open]);

  // Keeps the surface inside the window: it moves left by what would stick out.
  useLayoutEffect(() => {
    const element = surface.current;
    if (!open || !element) return;
    const over = element.getBoundingClientRect().right - (document.documentElement.clientWidth - 8);
    if (over > 0) element.style.marginLeft = `${-over}px`;
  }, [open]);

  return (
    <div
      className="pop"
      ref={root}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        event.stopPropagation();
        close();
      }}
    >
      <button
        type="button"
        id={`${id}-control`}
        className={className}
        title={title}
        aria-label={label}
        aria-haspopup={haspopup}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        data-set={set || undefined}
        onClick={() => setOpen(!open)}
      >
        {control}
        <Icon name="down" small />
      </button>
      {open && (
        <div className="pop__surface" id={id} ref={surface}>
          {children(close)}
        </div>
      )}
    </div>
  );
}
