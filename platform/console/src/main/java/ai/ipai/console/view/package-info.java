/** What pages show, and where it comes from: the platform API as one visitor sees it. */
@NullMarked
package ai.ipai.console.view;

import org.jspecify.annotations.NullMarked;
