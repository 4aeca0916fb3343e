// The broker's clock and UTC. MetaTrader stamps ticks on the broker's clock, which most brokers move twice a year.

enum SummerTime {
   SUMMER_TIME_NONE,     // the broker's clock stays as it is
   SUMMER_TIME_US,       // it moves with New York's (most forex brokers: the day ends at 17:00 there)
   SUMMER_TIME_EUROPE    // it moves with London's and Frankfurt's
};

const long HOUR_SECONDS = 3600;
const long DAY_SECONDS = 86400;

// Days since 1970 of the n-th Sunday of a month; of the last one if n is 0.
long SundayOf(const int year, const int month, const int n) {
   MqlDateTime first = {};
   first.year = n == 0 && month == 12 ? year + 1 : year;
   first.mon = n == 0 ? month % 12 + 1 : month;
   first.day = 1;
   long day = (long)StructToTime(first) / DAY_SECONDS;
   // 1970-01-04 was a Sunday.
   long next = day + (7 - (day + 4) % 7) % 7;
   return n == 0 ? next - 7 : next + 7 * (n - 1);
}

// Whether it is summer by a rule, at a time in UTC.
bool IsSummer(const SummerTime rule, const long utc) {
   if(rule == SUMMER_TIME_NONE) return false;
   MqlDateTime parts = {};
   TimeToStruct((datetime)utc, parts);
   if(rule == SUMMER_TIME_US) {
      // 02:00 in New York: 07:00 UTC in winter, 06:00 in summer.
      long begin = SundayOf(parts.year, 3, 2) * DAY_SECONDS + 7 * HOUR_SECONDS;
      long end = SundayOf(parts.year, 11, 1) * DAY_SECONDS + 6 * HOUR_SECONDS;
      return utc >= begin && utc < end;
   }
   long begin = SundayOf(parts.year, 3, 0) * DAY_SECONDS + HOUR_SECONDS;
   long end = SundayOf(parts.year, 10, 0) * DAY_SECONDS + HOUR_SECONDS;
   return utc >= begin && utc < end;
}

// The broker's clock minus UTC now, in seconds: rounded to a quarter of an hour, since the computer's clock is not exact.
int UtcOffsetNow() {
   long difference = (long)TimeTradeServer() - (long)TimeGMT();
   return (int)(MathRound((double)difference / 900.0) * 900.0);
}

// The offset that held at a time in UTC, from the one that holds now.
int UtcOffsetAt(const SummerTime rule, const int offsetNow, const long utcNow, const long utc) {
   int winter = IsSummer(rule, utcNow) ? offsetNow - 3600 : offsetNow;
   return IsSummer(rule, utc) ? winter + 3600 : winter;
}

// The same for a time on the broker's clock. The hour that autumn repeats is taken for its first, in summer.
int UtcOffsetAtBrokerTime(const SummerTime rule, const int offsetNow, const long utcNow, const long brokerTime) {
   int winter = IsSummer(rule, utcNow) ? offsetNow - 3600 : offsetNow;
   return IsSummer(rule, brokerTime - winter - 3600) ? winter + 3600 : winter;
}

struct BrokerClock {
   SummerTime rule;
   int        offsetNow;   // the broker's clock minus UTC, in seconds
   long       utcNow;      // in seconds
};

void ReadClock(BrokerClock &clock, const SummerTime rule) {
   clock.rule = rule;
   clock.offsetNow = UtcOffsetNow();
   clock.utcNow = (long)TimeGMT();
}
