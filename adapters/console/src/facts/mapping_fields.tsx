// SPDX-License-Identifier: Apache-2.0
// A file of another system: chosen, read as its encoding says, its columns laid beside the fields they fill.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChoiceField } from '../ui/fields';
import { type Choices, dateFormats, fieldsOf, guess, guessDates, type Head, headOf, type Purpose, required } from './mapping';
import { factKinds } from './model';

export const sizeMax = 16 * 1024 * 1024;

export interface ChosenFile { name: string; text: string; head: Head; choices: Choices }

function chosen(purpose: Purpose, name: string, text: string): ChosenFile {
  const head = headOf(text);
  const columns = guess(purpose, head.columns);
  const dates = head.rows.map((row) => row[head.columns.indexOf(columns.on_date ?? '')] ?? '');
  return { name, text, head, choices: { separator: head.separator === '\t' ? 'tab' : head.separator, date_format: guessDates(dates), decimal: '.', columns, constants: {} } };
}

interface Props { purpose: Purpose; file: ChosenFile | null; onFile(file: ChosenFile | null): void }

export function FileAndMapping({ purpose, file, onFile }: Props) {
  const { t } = useTranslation();
  const [encoding, setEncoding] = useState('utf-8');
  const [raw, setRaw] = useState<File | null>(null);
  const [tooLarge, setTooLarge] = useState(false);
  const read = async (from: File | null, by: string) => {
    setTooLarge(false);
    if (!from) return onFile(null);
    if (from.size > sizeMax) {
      setTooLarge(true);
      return onFile(null);
    }
    onFile(chosen(purpose, from.name, new TextDecoder(by).decode(await from.arrayBuffer())));
  };
  const change = (choices: Partial<Choices>) => file && onFile({ ...file, choices: { ...file.choices, ...choices } });
  return (
    <>
      <div className="flex gap-3 items-end flex-wrap">
        <div className="flex-1 min-w-60">
          <label className="label" htmlFor="facts-file">{t('imports.file')}</label>
          <input
            id="facts-file" type="file" accept=".csv,.txt,text/csv" className="field"
            onChange={(event) => {
              const next = event.target.files?.[0] ?? null;
              setRaw(next);
              void read(next, encoding);
            }}
          />
        </div>
        <ChoiceField
          id="facts-encoding" label={t('imports.encoding')} className="field w-auto!" value={encoding}
          onChange={(next) => {
            setEncoding(next);
            void read(raw, next);
          }}
        >
          <option value="utf-8">UTF-8</option>
          <option value="gb18030">GB18030 / GBK</option>
        </ChoiceField>
      </div>
      {tooLarge && <p role="alert" className="error">{t('imports.too_large')}</p>}
      {file && file.head.columns.length > 0 && (
        <>
          <div className="flex gap-3 flex-wrap">
            {purpose !== 'customers' && (
              <ChoiceField id="facts-decimal" label={t('imports.decimal')} value={file.choices.decimal} onChange={(decimal) => change({ decimal })} className="field w-auto!">
                <option value=".">1,234.50</option>
                <option value=",">1.234,50</option>
              </ChoiceField>
            )}
            {purpose === 'facts' && (
              <ChoiceField id="facts-dates" label={t('imports.date_format')} value={file.choices.date_format} onChange={(date_format) => change({ date_format })} className="field w-auto!">
                {dateFormats.map((each) => <option key={each} value={each}>{each}</option>)}
              </ChoiceField>
            )}
          </div>
          <div className="border border-line rounded-md max-h-72 overflow-auto" tabIndex={0} role="group" aria-label={t('imports.columns')}>
            <table className="w-full text-left text-[14px]" data-mapping>
              <thead className="text-[13px] text-muted">
                <tr className="border-b border-line"><th scope="col" className="px-2.5 py-1">{t('imports.field')}</th><th scope="col" className="px-2.5">{t('imports.column')}</th><th scope="col" className="px-2.5">{t('imports.sample')}</th></tr>
              </thead>
              <tbody>
                {fieldsOf[purpose].map((field) => {
                  const column = file.choices.columns[field] ?? '';
                  const at = file.head.columns.indexOf(column);
                  const choose = (value: string) => {
                    const columns = { ...file.choices.columns };
                    if (value === '') delete columns[field];
                    else columns[field] = value;
                    change({ columns });
                  };
                  return (
                    <tr key={field} className="border-b border-line">
                      <th scope="row" className="px-2.5 py-1 font-normal whitespace-nowrap">{t(`import_field.${field}`)}{required[purpose].includes(field) && <span aria-hidden="true"> *</span>}</th>
                      <td className="px-2.5 py-1">
                        <select className="field min-h-[32px]! py-0!" aria-label={t(`import_field.${field}`)} value={column} onChange={(event) => choose(event.target.value)}>
                          <option value="">{t('imports.no_column')}</option>
                          {file.head.columns.map((each, index) => <option key={`${each}${index}`} value={each}>{each}</option>)}
                        </select>
                      </td>
                      <td className="px-2.5 py-1 text-muted truncate max-w-64">
                        {purpose === 'facts' && field === 'kind' && column === '' ? (
                          <select className="field min-h-[32px]! py-0!" aria-label={t('imports.all_lines_are')} value={file.choices.constants.kind ?? ''} onChange={(event) => change({ constants: event.target.value === '' ? {} : { kind: event.target.value } })}>
                            <option value="">{t('imports.all_lines_are')}</option>
                            {factKinds.map((each) => <option key={each} value={each}>{t(`fact_kind.${each}`)}</option>)}
                          </select>
                        ) : at >= 0 ? file.head.rows.map((row) => row[at] ?? '').join(' · ') : ''}
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        </>
      )}
    </>
  );
}
