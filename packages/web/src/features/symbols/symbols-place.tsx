/** Where a gap in the symbols is mended: the hub's page of them, or a part of the same page where there is no hub. */
import { createContext, type ReactNode, useContext } from "react";
import { Link } from "wouter";

/** An address in the hub, or a fragment of this page. */
export const SymbolsPlace = createContext("/symbols");

export interface SymbolsLinkProps {
  readonly className?: string;
  readonly children: ReactNode;
}

export function SymbolsLink({ className, children }: SymbolsLinkProps) {
  const place = useContext(SymbolsPlace);
  if (!place.startsWith("#")) {
    return (
      <Link className={className} href={place}>
        {children}
      </Link>
    );
  }
  return (
    <a className={className} href={place}>
      {children}
    </a>
  );
}
