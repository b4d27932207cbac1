/** Fills `{name}` in a template; null when a name has no value. */
export function fillTemplate(template: string, values: Readonly<Record<string, string | null>>): string | null {
  let missing = false;
  const text = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined || value === null) missing = true;
    return value ?? '';
  });
  return missing ? null : text;
}
