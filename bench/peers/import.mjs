// Names are looked up from the file that imports them: this one lies beside the peers' node_modules.
/** Imports a peer by its name. */
export const importPeer = (name) => import(name);
