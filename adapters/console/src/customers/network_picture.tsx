// SPDX-License-Identifier: Apache-2.0
// The picture of the network, two steps far. It is for the eyes only: the lists beside it and the list under
// it name the same customers as links.
import { useTranslation } from 'react-i18next';
import { CustomerLink } from '../ui/matter_link';
import { pictureSize, places } from './network';
import { useNetwork } from './record';

const shorten = (name: string): string => ([...name].length > 8 ? `${[...name].slice(0, 7).join('')}…` : name);

export function NetworkPicture({ customer }: { customer: number }) {
  const { t } = useTranslation();
  const network = useNetwork(customer).data;
  if (!network || network.nodes.length < 2) return null;
  const at = new Map(places(network).map((place) => [place.id, place]));
  const word = (what: string): string => (['decision_maker', 'payer', 'user', 'contact'].includes(what) ? t(`company_role.${what}`) : t(`relationship.${what}`));
  const far = network.nodes.filter((node) => node.distance === 2);
  return (
    <figure className="min-w-0" data-network={network.nodes.length}>
      <figcaption className="text-[15px] font-bold mb-1">{t('record.network')}</figcaption>
      <svg viewBox={`0 0 ${pictureSize} ${pictureSize}`} className="w-full max-w-[460px]" aria-hidden="true">
        {network.links.map((link) => {
          const from = at.get(link.from);
          const to = at.get(link.to);
          if (!from || !to) return null;
          const direct = link.from === network.nodes[0]!.id || link.to === network.nodes[0]!.id;
          return (
            <g key={`${link.from}.${link.to}.${link.what}`}>
              <line x1={from.x} y1={from.y} x2={to.x} y2={to.y} stroke="var(--line)" strokeWidth="2" />
              {direct && <text x={(from.x + to.x) / 2} y={(from.y + to.y) / 2 - 3} textAnchor="middle" fontSize="10" fill="var(--muted)">{word(link.what)}</text>}
            </g>
          );
        })}
        {network.nodes.map((node) => {
          const place = at.get(node.id)!;
          const size = node.distance === 0 ? 20 : node.distance === 1 ? 14 : 9;
          return (
            <g key={node.id}>
              {node.kind === 'company'
                ? <rect x={place.x - size} y={place.y - size} width={2 * size} height={2 * size} rx="4" fill={node.distance === 0 ? 'var(--accent)' : 'var(--accent-soft)'} stroke="var(--accent)" />
                : <circle cx={place.x} cy={place.y} r={size} fill={node.distance === 0 ? 'var(--accent)' : 'var(--accent-soft)'} stroke="var(--accent)" />}
              <text x={place.x} y={place.y + size + 12} textAnchor="middle" fontSize="11" fill="var(--ink)">{shorten(node.name)}</text>
            </g>
          );
        })}
      </svg>
      {far.length > 0 && (
        <p className="text-[13px] text-muted flex flex-wrap gap-x-2">{t('record.two_steps')}{far.map((node) => <CustomerLink key={node.id} customer={node} className="link font-semibold" />)}</p>
      )}
      {network.more && <p className="text-[13px] text-muted">{t('record.network_more')}</p>}
    </figure>
  );
}
