import { notFound } from 'next/navigation';

/** Every address that is none: by a page of its own, so that the others need not carry along what it shows. */
export default function MissingPage() {
  notFound();
}
