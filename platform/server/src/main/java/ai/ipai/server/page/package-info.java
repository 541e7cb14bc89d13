/** Serves the console: sessions, forms, files; its pages read through the caller's lakehouse. */
@NullMarked
package ai.ipai.server.page;

import org.jspecify.annotations.NullMarked;
