/**
 * An example, kept small and tested like any other connector: {@code ./ipai new connector NAME}
 * copies it as a start. Its source is a diary, a text file that is only ever appended to.
 */
@NullMarked
package ai.ipai.connectors.example;

import org.jspecify.annotations.NullMarked;
