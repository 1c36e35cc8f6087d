/** A length on a track. The number always stands beside it, so the bar itself is not read aloud. */
import type { CSSProperties } from "react";

/** Custom properties of the style sheet are numbers there. */
export const vars = (values: Readonly<Record<`--${string}`, string | number>>): CSSProperties => values;

export interface BarProps {
  /** 0 to 1 of the track. */
  readonly value: number;
  /** Grey: not the thing being looked at. */
  readonly grey?: boolean;
  readonly large?: boolean;
  readonly width?: string;
}

export function Bar({ value, grey, large, width }: BarProps) {
  const className = ["bar", grey && "bar--8", large && "bar--lg"].filter(Boolean).join(" ");
  const percent = Math.round(Math.max(0, Math.min(1, value)) * 1000) / 10;
  return (
    <span
      className={className}
      style={vars({ "--v": percent, ...(width !== undefined && { "--w": width }) })}
      aria-hidden="true"
    >
      {percent > 0 && <i />}
    </span>
  );
}
