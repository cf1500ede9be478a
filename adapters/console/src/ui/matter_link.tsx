// SPDX-License-Identifier: Apache-2.0
// The ways to a case and a customer by name, and to what a clock, an alert or a mail is about: either of them
// or an action of a review.
import { Link } from '@tanstack/react-router';

export const CaseLink = ({ number, className = 'link' }: { number: string; className?: string }) =>
  <Link to="/cases/$number" params={{ number }} className={className}>{number}</Link>;

export const CustomerLink = ({ customer, className = 'link' }: { customer: { id: number; name: string }; className?: string }) =>
  <Link to="/customers/$id" params={{ id: String(customer.id) }} className={className}>{customer.name}</Link>;

export interface Matter { case_number: string; title: string; customer_id: number | null; review_action_id: number | null }

export const matterName = (matter: Matter): string => matter.case_number || matter.title;

export function MatterLink({ matter }: { matter: Matter }) {
  if (matter.case_number !== '') return <CaseLink number={matter.case_number} />;
  if (matter.review_action_id !== null) return <Link to="/review-actions" search={{ action: matter.review_action_id, list: 'all' }} className="link">{matter.title}</Link>;
  if (matter.customer_id !== null) return <CustomerLink customer={{ id: matter.customer_id, name: matter.title }} />;
  return null;
}
