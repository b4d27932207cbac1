import { useWords } from '../../words/words.ts';
import classes from './charts.module.css';

/** The figures of a chart as a table, for those who cannot or would rather not read bars. The first column names rows. */
export function FigureTable(props: {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}) {
  const t = useWords('charts');
  return (
    <details className={classes['details']}>
      <summary className={classes['open']}>{t('table')}</summary>
      <table className={classes['table']}>
        <thead>
          <tr>
            {props.head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map(([name, ...values]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {values.map((value, index) => (
                <td key={props.head[index + 1]}>{value}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
