export function Brand() {
  return (
    <span class="brand">
      <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
        <path
          d="M9 6v20M16 9v15M23 5v17"
          stroke="currentColor"
          stroke-width="1.6"
          stroke-linecap="round"
          opacity=".5"
        />
        <rect x="6" y="10" width="6" height="10" rx="1.3" class="rising" />
        <rect x="13" y="12" width="6" height="8" rx="1.3" class="falling" />
        <rect x="20" y="8" width="6" height="9" rx="1.3" class="rising" />
      </svg>
      TradeSage
    </span>
  );
}
