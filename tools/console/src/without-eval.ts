import { z } from "zod";

// Before any schema is made: zod would try `new Function`, which the content security policy reports as an attack.
z.config({ jitless: true });
