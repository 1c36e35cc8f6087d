export * from "./client.ts";
export * from "./errors.ts";
export * from "./model.ts";
export * as report from "./report.ts";
export { type Access, type Route, type RouteName, type Routes, routes } from "./routes.ts";
