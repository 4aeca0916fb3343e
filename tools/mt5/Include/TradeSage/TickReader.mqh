// Ticks out of the terminal's own history. They are taken by CopyTicks from the last one that was taken, live ones and
// missed ones alike, so that none is left out and each has its place in its millisecond.

// Older ticks are history that was missed, not live.
const long LIVE_MS = 30000;
const int MAX_ORDINAL = 65535;

bool IsLive(const BrokerClock &clock, const long timeMsc) {
   return (clock.utcNow + clock.offsetNow) * 1000 - timeMsc < LIVE_MS;
}

// The offset that a tick was made under.
int OffsetOf(const BrokerClock &clock, const long timeMsc) {
   if(IsLive(clock, timeMsc)) return clock.offsetNow;
   return UtcOffsetAtBrokerTime(clock.rule, clock.offsetNow, clock.utcNow, timeMsc / 1000);
}

long BrokerTimeOf(const BrokerClock &clock, const long utcMsc) {
   return utcMsc + (long)UtcOffsetAt(clock.rule, clock.offsetNow, clock.utcNow, utcMsc / 1000) * 1000;
}

// Takes what has come of a feed since its last tick, at most a batch's worth, and queues it. How many ticks; -1 if
// nothing can be queued.
int TakeTicks(TickQueue &queue, Feed &feed, const int index, const BrokerClock &clock) {
   MqlTick ticks[];
   int count = CopyTicks(feed.name, ticks, COPY_TICKS_ALL, (ulong)feed.timeMsc, (uint)(MAX_TICKS_PER_BATCH + feed.ordinal + 1));
   int taken = 0;
   TickRecord records[];
   TickBatchHeader header = {};
   header.symbolIndex = (ushort)index;
   // Where this batch would leave the feed.
   long timeMsc = feed.timeMsc;
   int ordinal = feed.ordinal;
   for(int i = 0; i < count && taken < MAX_TICKS_PER_BATCH; i++) {
      // CopyTicks begins with the millisecond of the last tick: those of it that were taken come again.
      if(ticks[i].time_msc == feed.timeMsc && i <= feed.ordinal) continue;
      int place = ticks[i].time_msc == timeMsc ? ordinal + 1 : 0;
      if(place > MAX_ORDINAL) {
         feed.lost++;
         continue;
      }
      uchar kind = IsLive(clock, ticks[i].time_msc) ? BATCH_LIVE : BATCH_BACKFILL;
      int offset = OffsetOf(clock, ticks[i].time_msc);
      if(taken > 0 && (kind != header.kind || offset != header.utcOffsetSeconds)) break;
      header.kind = kind;
      header.utcOffsetSeconds = offset;
      ArrayResize(records, taken + 1, MAX_TICKS_PER_BATCH);
      records[taken].timeMsc = ticks[i].time_msc;
      records[taken].bid = ticks[i].bid;
      records[taken].ask = ticks[i].ask;
      records[taken].last = ticks[i].last;
      records[taken].volume = ticks[i].volume_real;
      records[taken].flags = ticks[i].flags;
      records[taken].ordinal = (ushort)place;
      records[taken].quality = 0;
      taken++;
      timeMsc = ticks[i].time_msc;
      ordinal = place;
   }
   if(taken == 0) return 0;
   if(!QueueAdd(queue, feed, header, records)) return -1;
   feed.timeMsc = timeMsc;
   feed.ordinal = ordinal;
   return taken;
}

// Sets a feed to where the bridge says it stands. False if the bridge knows more of our numbering than we do.
bool PlaceFeed(Feed &feed, const string cursor, const BrokerClock &clock, const int historyHours) {
   if(cursor == "null") {
      if(feed.sequence > 0) return true;
      feed.timeMsc = (clock.utcNow + clock.offsetNow - historyHours * HOUR_SECONDS) * 1000;
      feed.ordinal = -1;
      return true;
   }
   string sequence = JsonString(cursor, "sequence");
   if(sequence != "") return (ulong)StringToInteger(sequence) <= feed.sequence;
   long timeMsc = BrokerTimeOf(clock, JsonLong(cursor, "timeMsc"));
   int ordinal = (int)JsonLong(cursor, "ordinal");
   bool isAhead = timeMsc > feed.timeMsc || (timeMsc == feed.timeMsc && ordinal > feed.ordinal);
   if(feed.sequence > 0 && !isAhead) return true;
   feed.timeMsc = timeMsc;
   feed.ordinal = ordinal;
   return true;
}
