// The input of a function that generates one passage of a document.

export interface Place {
  /** The words after the name in the marker. */
  readonly words: readonly string[];
  /** The document up to the marker. */
  readonly before: string;
  /** The path of the document from the root of the repository. */
  readonly document: string;
}

export type Maker = (place: Place) => string | Promise<string>;
export type Makers = Readonly<Record<string, Maker>>;
