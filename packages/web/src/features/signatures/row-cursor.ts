/** j and k move a cursor over rows, Enter opens the one under it. It stays on its row when others come before it. */
import { useEffect, useState } from "react";
import { isOnControl, useKeys } from "../shell/keys.ts";

export function useRowCursor(rows: readonly string[], open: (index: number) => void): number | undefined {
  const [cursor, setCursor] = useState<{ readonly row: string | undefined; readonly index: number }>();
  const at = cursor && positionOf(cursor, rows);
  const move = (step: number) => {
    if (rows.length === 0) return;
    const index = at === undefined ? 0 : Math.max(0, Math.min(rows.length - 1, at + step));
    setCursor({ row: rows[index], index });
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    Enter: () => {
      // A link under the focus opens itself; this key was taken from it.
      if (isOnControl()) (document.activeElement as HTMLElement).click();
      else if (at !== undefined) open(at);
    },
  });
  // Only a key scrolls; a row that moved because others came does not take the page with it.
  useEffect(() => {
    if (cursor) document.querySelector("tr.cursor")?.scrollIntoView({ block: "nearest" });
  }, [cursor]);
  return at;
}

/** Where the row is now; where it was when it has gone. */
export function positionOf(
  { row, index }: { readonly row: string | undefined; readonly index: number },
  rows: readonly string[],
): number | undefined {
  if (rows.length === 0) return undefined;
  const now = row === undefined ? -1 : rows.indexOf(row);
  return now >= 0 ? now : Math.min(index, rows.length - 1);
}
