// How far the content of a task was read, so that coming back to it is coming back to the same line. In memory alone.

const placesMax = 50;
const places = new Map<string, number>();

export const recall = (task: string): number => places.get(task) ?? 0;
export function keep(task: string, topPx: number): void {
  places.delete(task);
  places.set(task, topPx);
  const oldest = places.keys().next().value;
  if (places.size > placesMax && oldest !== undefined) places.delete(oldest);
}
