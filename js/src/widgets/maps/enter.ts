/** Enter in a field commits it, also where the page around has other plans for that key. */

export function onEnter(commit: (event: Event) => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    commit(event);
  };
}
