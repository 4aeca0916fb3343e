import { defineConfig } from "vite";

export default defineConfig({
  base: "/console/",
  // The gateway allows no inline script and no data: script (see its content security policy).
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false },
});
