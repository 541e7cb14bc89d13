/** {@code ./ipai demo}: the example company, from its sources to the console. */
@NullMarked
package ai.ipai.server.demo;

import org.jspecify.annotations.NullMarked;
