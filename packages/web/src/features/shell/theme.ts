/** Light, dark, or as the system says. The choice is this browser's; the page is marked before it is drawn. */
import { useState } from "react";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "windfall.theme";

export function readTheme(storage: Storage): Theme {
  try {
    const stored = storage.getItem(KEY);
    return THEMES.find((theme) => theme === stored) ?? "system";
  } catch {
    // Storage may be forbidden: then the system decides.
    return "system";
  }
}

export function applyTheme(theme: Theme, root: HTMLElement): void {
  if (theme === "system") delete root.dataset["theme"];
  else root.dataset["theme"] = theme;
}

export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(() => readTheme(localStorage));
  const choose = (next: Theme) => {
    setTheme(next);
    applyTheme(next, document.documentElement);
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // It holds for this page, then.
    }
  };
  return [theme, choose];
}
