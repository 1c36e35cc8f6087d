/** What every page is given: the client of this hub, its address, and the time. Made once, in `main.tsx`. */
import type { Client } from "@windfall/api";
import { createContext, useContext } from "react";

export interface Hub {
  readonly client: Client;
  /** Where the pages were loaded from: http://127.0.0.1:7878 */
  readonly origin: string;
  readonly now: () => number;
}

export const HubContext = createContext<Hub | undefined>(undefined);

export function useHub(): Hub {
  const hub = useContext(HubContext);
  if (!hub) throw new Error("useHub outside of HubContext");
  return hub;
}
