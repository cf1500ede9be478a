// SPDX-License-Identifier: Apache-2.0
// A saved document in words; what is no list of policies or ladders is shown as it was written.
import { named } from '../../format';
import type { LadderTree, PolicyTree } from './model';
import type { RuleDocument } from './queries';
import { useRuleWords } from './words';

export function DocumentText({ document, found }: { document: string; found: RuleDocument<unknown> }) {
  const { t, language, conditions, budget, stepAt, joined } = useRuleWords();
  if (document === 'policies' && found.parsed) {
    return (
      <ol className="flex flex-col gap-3">
        {(found.parsed as PolicyTree).policy.map((policy) => (
          <li key={policy.code}>
            <p className="font-semibold">{named(policy, language)} <code className="text-muted">{policy.code}</code></p>
            <p className="text-muted text-[14px]">{conditions(policy.when)}</p>
            <ul className="text-[14px] flex gap-x-4 flex-wrap">
              {policy.clock.map((clock) => <li key={clock.kind}>{t(`clock_kind.${clock.kind}`)} {budget(clock.budget)}{clock.out_of_hours && ` (${t('arrival.out_of_hours')} ${budget(clock.out_of_hours)})`}</li>)}
            </ul>
          </li>
        ))}
      </ol>
    );
  }
  if (document === 'ladders' && found.parsed) {
    return (
      <ol className="flex flex-col gap-3">
        {(found.parsed as LadderTree).ladder.map((ladder) => (
          <li key={ladder.code}>
            <p className="font-semibold">{named(ladder, language)} <code className="text-muted">{ladder.code}</code></p>
            <ul className="text-[14px]">
              {ladder.step.map((step) => <li key={step.name}><span className="font-semibold">{stepAt(step.at)}</span> {joined(step.recipients.map((role) => t(`recipient_role.${role}`)))} · {joined(step.channels.map((channel) => t(`channel.${channel}`)))}</li>)}
            </ul>
          </li>
        ))}
      </ol>
    );
  }
  return <pre className="text-[13px] font-mono whitespace-pre-wrap break-words">{found.body}</pre>;
}
