import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

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

/** The kit's own dimmed grey and placeholder fail 4.5:1. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#495663',
    '--mantine-color-placeholder': '#5d6872',
    '--mantine-color-error': '#b3261e',
  },
  dark: {
    '--mantine-color-dimmed': '#b9c3cc',
    '--mantine-color-placeholder': '#a3adb6',
    '--mantine-color-error': '#ffb4ab',
  },
});

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
    NativeSelect: { styles: { input: { minHeight: 44 } } },
    PasswordInput: {
      defaultProps: { size: 'md' },
      styles: {
        input: { minHeight: 44 },
        visibilityToggle: { width: 44, height: 44, minWidth: 44, minHeight: 44 },
        section: { width: 48 },
      },
    },
    Autocomplete: { defaultProps: { size: 'md' }, styles: { input: { minHeight: 44 } } },
    Modal: { styles: { close: { width: 44, height: 44, minWidth: 44, minHeight: 44 } } },
    TextInput: { defaultProps: { size: 'md' }, styles: { input: { minHeight: 44 } } },
    NumberInput: { defaultProps: { size: 'md', hideControls: true }, styles: { input: { minHeight: 44 } } },
    Select: { defaultProps: { size: 'md', allowDeselect: false }, styles: { input: { minHeight: 44 } } },
    SegmentedControl: { defaultProps: { size: 'md' } },
    Switch: { defaultProps: { size: 'lg' } },
    Tabs: { styles: { tab: { minHeight: 44 } } },
    Tooltip: { defaultProps: { withArrow: true, events: { hover: true, focus: true, touch: true } } },
  },
});
