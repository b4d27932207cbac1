import type { ReactNode } from 'react';

/** Drawn on a grid of 24; strokes take the colour of the text around them. */
function icon(shapes: ReactNode) {
  return function Icon({ size = 24 }: { readonly size?: number }) {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        {shapes}
      </svg>
    );
  };
}

/** Places on a bench. */
export const BoardIcon = icon(
  <>
    <rect x="3" y="4" width="7" height="7" rx="1" />
    <rect x="14" y="4" width="7" height="7" rx="1" />
    <rect x="3" y="14" width="7" height="7" rx="1" />
    <rect x="14" y="14" width="7" height="7" rx="1" />
  </>,
);
/** Things in a line. */
export const QueueIcon = icon(
  <>
    <path d="M4 6h11M4 12h11M4 18h7" />
    <path d="M19 9v10m0 0-3-3m3 3 3-3" />
  </>,
);
/** A book. */
export const RecordsIcon = icon(
  <>
    <path d="M5 4h12a2 2 0 0 1 2 2v14H7a2 2 0 0 1-2-2z" />
    <path d="M9 9h6M9 13h6" />
  </>,
);
/** A cloud with an entry in it. */
export const EnrollmentsIcon = icon(
  <>
    <path d="M7 18a4 4 0 0 1-.6-7.96 6 6 0 0 1 11.5 1.2A3.5 3.5 0 0 1 17.5 18z" />
    <path d="m9.5 14 2 2 3.5-4" />
  </>,
);
/** Bars. */
export const ChartsIcon = icon(<path d="M4 20V10m5 10V4m5 16v-7m5 7V8" />);
/** Sliders. */
export const SettingsIcon = icon(
  <>
    <path d="M4 7h9m4 0h3M4 17h3m4 0h9" />
    <circle cx="15" cy="7" r="2" />
    <circle cx="9" cy="17" r="2" />
  </>,
);
/** Bars of a barcode. */
export const BarcodeIcon = icon(<path d="M4 5v14M8 5v14M11 5v14M15 5v14M17 5v14M20 5v14" />);
/** A loudspeaker. */
export const SoundIcon = icon(
  <>
    <path d="M4 9v6h4l5 4V5L8 9z" />
    <path d="M17 9a4 4 0 0 1 0 6" />
  </>,
);
/** A loudspeaker that says nothing. */
export const MuteIcon = icon(
  <>
    <path d="M4 9v6h4l5 4V5L8 9z" />
    <path d="m17 10 4 4m0-4-4 4" />
  </>,
);
/** Light and dark. */
export const ContrastIcon = icon(
  <>
    <circle cx="12" cy="12" r="8" />
    <path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor" />
  </>,
);
/** A person. */
export const PersonIcon = icon(
  <>
    <circle cx="12" cy="8" r="4" />
    <path d="M4 21c1-5 4-7 8-7s7 2 8 7" />
  </>,
);
/** The world. */
export const LanguageIcon = icon(
  <>
    <circle cx="12" cy="12" r="9" />
    <path d="M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18" />
  </>,
);
/** A question. */
export const HelpIcon = icon(
  <>
    <circle cx="12" cy="12" r="9" />
    <path d="M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.8.4-1 1-1 1.7M12 17h.01" />
  </>,
);
/** A cloud. */
export const CloudIcon = icon(<path d="M7 18a4 4 0 0 1-.5-8A6 6 0 0 1 18 9.5 4.3 4.3 0 0 1 17.5 18z" />);
/** A cloud that cannot be reached. */
export const CloudOffIcon = icon(
  <>
    <path d="M7 18a4 4 0 0 1-.5-8A6 6 0 0 1 18 9.5 4.3 4.3 0 0 1 17.5 18z" />
    <path d="M4 4l16 17" />
  </>,
);
/** Cancel. */
export const CloseIcon = icon(<path d="m6 6 12 12M18 6 6 18" />);
/** A clipboard with lines. */
export const OrderIcon = icon(
  <>
    <rect x="5" y="4" width="14" height="17" rx="2" />
    <path d="M9 4V3h6v1M9 10h6M9 14h6M9 18h3" />
  </>,
);
/** A magnifying glass that found all well. */
export const QualityIcon = icon(
  <>
    <circle cx="10.5" cy="10.5" r="6.5" />
    <path d="m15.5 15.5 5 5M8 10.5l2 2 3-3.5" />
  </>,
);
/** An arrow that comes back. */
export const ReturnsIcon = icon(
  <>
    <path d="M9 14 4 9l5-5" />
    <path d="M4 9h10a6 6 0 0 1 0 12h-3" />
  </>,
);
/** A dial. */
export const OverviewIcon = icon(
  <>
    <path d="M4 18a8.5 8.5 0 1 1 16 0z" />
    <path d="m12 15 3.5-5" />
  </>,
);
/** A badge on its band. */
export const BadgeIcon = icon(
  <>
    <rect x="5" y="7" width="14" height="14" rx="2" />
    <path d="M9 7 8 3h8l-1 4" />
    <circle cx="12" cy="12.5" r="2" />
    <path d="M8.5 18c.6-1.8 1.9-2.5 3.5-2.5s2.9.7 3.5 2.5" />
  </>,
);
