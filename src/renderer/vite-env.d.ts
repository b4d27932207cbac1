/// <reference types="vite/client" />

/** What the preload script gives the page in the desktop app; absent in a browser. */
interface Window {
  readonly dpsStation?: {
    send(message: unknown): void;
    onMessage(listener: (message: unknown) => void): () => void;
  };
}
