from mock_xpm.cli import main

main()
