import { RE2JS } from 're2js';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';

/**
 * Compiles a label pattern of a recipe with an engine that needs linear time, so that no label and no pattern can
 * stop a station. The pattern must match the whole text; groups that took no part are left out.
 */
export function compileLabelPattern(
  pattern: string,
  recipe: string,
): Result<(text: string) => Readonly<Record<string, string>> | null, Problem<'recipe-invalid'>> {
  let compiled: ReturnType<typeof RE2JS.compile>;
  try {
    compiled = RE2JS.compile(pattern);
  } catch (error) {
    const reason = `label.pattern: ${error instanceof Error ? error.message : String(error)}`;
    return fail(problem('recipe-invalid', { recipe, reason }));
  }
  const names = Object.keys(compiled.namedGroups());
  if (!names.includes('serial')) {
    return fail(problem('recipe-invalid', { recipe, reason: 'label.pattern needs a named group (?<serial>...)' }));
  }
  return ok((text) => {
    const match = compiled.matcher(text);
    if (!match.matches()) return null;
    const groups: Record<string, string> = {};
    for (const name of names) {
      const value = match.group(name);
      if (value !== null && value !== undefined && value !== '') groups[name] = value;
    }
    return groups;
  });
}
