import type { AccountEvent, TenantId, Venue as VenueName } from "@tradesage/contracts";
import type { Venue } from "./venue.ts";

/** All venues as one: each account's events go to the venue that it was opened at. */
export function createVenues(venues: Readonly<Record<VenueName, Venue>>): Venue {
  const elsewhere = new Map<string, Venue>();
  const all = Object.values(venues);

  return {
    apply(tenant: TenantId, recorded) {
      const { type, data } = { type: recorded.type, data: recorded.data } as AccountEvent;
      const key = `${tenant}/${data.accountId}`;
      if (type === "AccountOpened" && data.venue !== "paper") elsewhere.set(key, venues[data.venue]);
      (elsewhere.get(key) ?? venues.paper).apply(tenant, recorded);
    },
    forget: (tenant) => {
      for (const key of elsewhere.keys()) if (key.startsWith(`${tenant}/`)) elsewhere.delete(key);
      for (const venue of all) venue.forget(tenant);
    },
    open: () => {
      for (const venue of all) venue.open();
    },
    openOrders: () => all.reduce((sum, venue) => sum + venue.openOrders(), 0),
    close: async () => void (await Promise.all(all.map((venue) => venue.close()))),
  };
}
