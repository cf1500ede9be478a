// SPDX-License-Identifier: Apache-2.0
// What a clock, an alert or a mail is about: a case, a customer or an action of a review.
import { Link } from '@tanstack/react-router';

export interface Matter { case_number: string; title: string; customer_id: number | null; review_action_id: number | null }

export const matterName = (matter: Matter): string => matter.case_number || matter.title;

export function MatterLink({ matter }: { matter: Matter }) {
  if (matter.case_number !== '') return <Link to="/cases/$number" params={{ number: matter.case_number }} className="link">{matter.case_number}</Link>;
  if (matter.review_action_id !== null) return <Link to="/review-actions" search={{ action: matter.review_action_id, list: 'all' }} className="link">{matter.title}</Link>;
  if (matter.customer_id !== null) return <Link to="/customers/$id" params={{ id: String(matter.customer_id) }} className="link">{matter.title}</Link>;
  return null;
}
