/** Starts the pages: what they are given, and the root they are drawn into. */
import "./hub/no-eval.ts";
import { QueryClientProvider } from "@tanstack/react-query";
import { createClient } from "@windfall/api";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { loadDemangler } from "./features/stack/load-demangler.ts";
import { DemanglerContext } from "./features/stack/names.ts";
import { AwayBanner } from "./features/shell/banner.tsx";
import { applyTheme, readTheme } from "./features/shell/theme.ts";
import { HubContext } from "./hub/hub.ts";
import { createQueries } from "./hub/query-client.ts";
import "./styles.ts";

applyTheme(readTheme(localStorage), document.documentElement);

const now = () => Date.now();
const hub = {
  client: createClient({ baseUrl: "", fetch: (input, init) => fetch(input, init) }),
  origin: location.origin,
  now,
};
const { queryClient, reachability } = createQueries(now);
const root = document.querySelector("#root");
if (!root) throw new Error("index.html has no #root");

createRoot(root).render(
  <StrictMode>
    <HubContext value={hub}>
      <QueryClientProvider client={queryClient}>
        <AwayBanner reachability={reachability} />
        <DemanglerContext value={loadDemangler}>
          <App />
        </DemanglerContext>
      </QueryClientProvider>
    </HubContext>
  </StrictMode>,
);
