import { inject } from "vitest";

// The integration specs find the servers as every program does: by the environment.
Object.assign(process.env, inject("serverUrls"));
