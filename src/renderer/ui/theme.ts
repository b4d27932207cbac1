import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** A blue whose shades 7 to 9 keep 4.5:1 against white, and 1 to 4 against black. */
const steel: MantineColorsTuple = [
  '#eef5fb',
  '#d7e6f3',
  '#aecbe6',
  '#81aed8',
  '#5c95cc',
  '#4585c5',
  '#2f6ea9',
  '#225c92',
  '#184c7c',
  '#0d3a63',
];

/** Colours of a verdict: dark enough for white text (4.5:1), told apart by shape and word as well. */
export const verdictColours = {
  pass: '#0b6b3a',
  fail: '#a81e1e',
  check: '#8a4b00',
  work: '#184c7c',
  idle: '#5a6572',
} as const;
/** Name of a verdict colour. */
export type VerdictKind = keyof typeof verdictColours;

/** Look of every control: large targets, strong contrast. */
export const theme = createTheme({
  colors: { steel },
  primaryColor: 'steel',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  defaultRadius: 'md',
  fontFamily: 'system-ui, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "DejaVu Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace',
  components: {
    // 44 px: a gloved finger.
    Button: { defaultProps: { size: 'md' }, styles: { root: { minHeight: 44 } } },
    ActionIcon: { defaultProps: { size: 44, variant: 'default' } },
    TextInput: { defaultProps: { size: 'md' }, styles: { input: { minHeight: 44 } } },
    NumberInput: { defaultProps: { size: 'md' }, styles: { input: { minHeight: 44 } } },
    Select: { defaultProps: { size: 'md', allowDeselect: false }, styles: { input: { minHeight: 44 } } },
    SegmentedControl: { defaultProps: { size: 'md' } },
    Switch: { defaultProps: { size: 'lg' } },
    Tabs: { styles: { tab: { minHeight: 44 } } },
    Tooltip: { defaultProps: { withArrow: true, events: { hover: true, focus: true, touch: true } } },
  },
});
