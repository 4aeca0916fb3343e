export { installPrograms } from "./install.ts";
